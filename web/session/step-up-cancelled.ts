/** The person closed the dialog of the step-up, so that the change was not made. */
export class StepUpCancelled extends DOMException {
  constructor() {
    super('The step-up was cancelled.', 'AbortError')
  }
}

import { Type } from '@sinclair/typebox'
import { STEP_UP_METHODS } from '../../models/factor.js'
import { catalogue, type ProblemCode } from '../errors.js'
import { openEnum, ref } from '../ref.js'

/** One validation error. */
export const FieldErrorSchema = Type.Object(
  {
    pointer: Type.String({
      description: 'A JSON pointer (RFC 6901) to the invalid value.',
      examples: ['/email'],
    }),
    code: Type.String({ description: 'The rule that the value breaks.', examples: ['maxLength'] }),
    message: Type.String({
      description: 'What is wrong, in English.',
      examples: ['must NOT have more than 254 characters'],
    }),
  },
  { $id: 'FieldError', description: 'One invalid value of a request.' },
)

/** RFC 9457 problem details, with Coffer's extension members. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri', description: 'A URI that identifies the type of the error.' }),
    title: Type.String({ description: 'A short summary of the type of the error.' }),
    status: Type.Integer({ format: 'int32', description: 'The HTTP status code.' }),
    detail: Type.String({ description: 'What went wrong in this request.' }),
    instance: Type.String({ description: 'The path of the request.' }),
    code: openEnum(Object.keys(catalogue) as ProblemCode[], {
      description: 'The stable code of the error. Use it to handle the error. New codes may be added.',
    }),
    requestId: Type.String({
      description: 'Identifies this request in the logs of the server; also in `X-Request-Id`.',
    }),
    errors: Type.Optional(
      Type.Array(ref(FieldErrorSchema), { description: 'The invalid values; present for `VALIDATION_FAILED` only.' }),
    ),
    methods: Type.Optional(
      Type.Array(openEnum(STEP_UP_METHODS), {
        description: 'The methods of the step-up that is required; present for `STEP_UP_REQUIRED` only.',
      }),
    ),
  },
  { $id: 'Problem', description: 'An error, as RFC 9457 problem details.' },
)

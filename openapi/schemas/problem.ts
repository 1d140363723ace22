import { Type } from '@sinclair/typebox'
import { ref } from '../ref.js'

/** One finding of a validation. */
export const FieldErrorSchema = Type.Object(
  {
    pointer: Type.String({
      description: 'A JSON pointer (RFC 6901) to the offending value.',
      examples: ['/email'],
    }),
    code: Type.String({ description: 'The rule that was broken.', examples: ['maxLength'] }),
    message: Type.String({ examples: ['must NOT have more than 254 characters'] }),
  },
  { $id: 'FieldError', description: 'What is wrong in one place of a request.' },
)

/** RFC 9457 problem details, with Coffer's extension members. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'A URI that names the kind of problem.' }),
    title: Type.String({ description: 'A short summary of the kind of problem.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What went wrong this time.' }),
    instance: Type.String({ description: 'The path of the request.' }),
    code: Type.String({ description: 'The stable code to switch on.' }),
    requestId: Type.String({ description: 'Names this request in the logs; also in X-Request-Id.' }),
    errors: Type.Optional(
      Type.Array(ref(FieldErrorSchema), { description: 'The findings of a validation, each with its place.' }),
    ),
  },
  { $id: 'Problem', description: 'An error, as RFC 9457 problem details.' },
)

import { Type } from '@sinclair/typebox'
import { stringEnum } from '../ref.js'

export const LivenessSchema = Type.Object(
  { status: Type.Literal('ok') },
  { $id: 'Liveness', description: 'The process answers.' },
)

const check = stringEnum(['ok', 'unavailable'])

export const ReadinessSchema = Type.Object(
  {
    status: check,
    checks: Type.Object({ database: check, mail: check, storage: check }),
  },
  { $id: 'Readiness', description: 'Whether requests can be served; mail and files may be down meanwhile.' },
)

import { type Connection, Schema } from 'mongoose'

export interface BudgetDocument {
  /** Kind and pseudonyms, such as `password:HMAC`. */
  _id: string
  count: number
  /** End of the window. The next attempt after it starts a new window. */
  resetAt: Date
  /** True if the latest attempt was within the budget. */
  granted: boolean
}

const schema = new Schema<BudgetDocument>(
  {
    _id: String,
    count: { type: Number, required: true },
    resetAt: { type: Date, required: true },
    granted: { type: Boolean, required: true },
  },
  { versionKey: false, strict: 'throw' },
)

schema.index({ resetAt: 1 }, { expireAfterSeconds: 0 })

export const budgetModel = (connection: Connection) => connection.model('Budget', schema, 'budgets')

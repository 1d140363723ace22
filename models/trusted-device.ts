import { Schema } from 'mongoose'

/** A device that signs in without the second step until it expires, an element of `users.trustedDevices`. */
export interface TrustedDevice {
  _id: string
  /** SHA-256 of the id in the proof that the device keeps. */
  deviceHash: string
  createdAt: Date
  expiresAt: Date
  userAgent: string
  ip: string
}

export const trustedDeviceSchema = new Schema<TrustedDevice>(
  { _id: String, deviceHash: String, createdAt: Date, expiresAt: Date, userAgent: String, ip: String },
  { versionKey: false },
)

/** Returns a trusted device as its owner sees it. */
export const toTrustedDevice = ({ _id, createdAt, expiresAt, userAgent, ip }: TrustedDevice) => ({
  id: _id,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  userAgent,
  ip,
})

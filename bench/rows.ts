import { Types } from 'mongoose'
import type { AssetDocument } from '../models/asset.js'

const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf']

/**
 * Builds a file's row. Names, sizes and times don't follow the order of insertion; every second row has another owner.
 */
export function fileRow(userId: Types.ObjectId, index: number): AssetDocument {
  const spread = (index * 7_919) % 1_000_003
  const filename = `IMG ${spread.toString(36).padStart(4, '0')}.jpg`
  const at = new Date(1_700_000_000_000 + spread * 1000)
  return {
    _id: new Types.ObjectId(),
    ownerId: index % 2 === 0 ? userId : new Types.ObjectId(),
    purpose: 'file',
    state: 'ready',
    stateAt: at,
    uploadId: `${index}`,
    filename,
    filenameKey: filename.toLowerCase(),
    // One file of twenty is a PDF.
    contentType: index % 20 === 0 ? 'application/pdf' : (TYPES[spread % 4] as string),
    resourceType: 'image',
    visibility: 'public',
    bytes: spread,
    width: 1600,
    height: 1200,
    checksum: 'a'.repeat(64),
    publicId: `coffer-bench/${index}`,
    secureUrl: `https://res.cloudinary.com/bench/image/upload/v1/coffer-bench/${index}.jpg`,
    thumbnailUrl: `https://res.cloudinary.com/bench/image/upload/c_limit,h_320,w_320/v1/coffer-bench/${index}.jpg`,
    tags: index % 20 === 10 ? ['holiday', 'lake'] : ['lake'],
    ...(index % 20 === 4 && { metadata: { trip: 'lake' }, filters: ['trip:lake'] }),
    revision: 0,
    createdAt: at,
    updatedAt: at,
  }
}

import type { Cloudinary } from './open.js'
import { signUrl } from './signature.js'
import type { Asset } from './store.js'

/** Returns the delivery URL. The URL of an asset that isn't public contains a signature, as Cloudinary's does. */
function urlOf(asset: Asset, { base, credentials: { cloud, secret } }: Cloudinary): string {
  const source = encodeURIComponent(asset.public_id).replaceAll('%2F', '/').replaceAll('%3A', ':')
  const file = asset.format === undefined ? source : `${source}.${asset.format}`
  const signature = asset.type === 'upload' ? '' : `s--${signUrl(file, secret)}--/`
  return `${base()}/${cloud}/${asset.resource_type}/${asset.type}/${signature}v${asset.version}/${file}`
}

/** Returns the fields that every answer about an asset has. */
export function describe(asset: Asset, cloudinary: Cloudinary) {
  const url = urlOf(asset, cloudinary)
  return {
    asset_id: asset.asset_id,
    public_id: asset.public_id,
    format: asset.format,
    version: asset.version,
    resource_type: asset.resource_type,
    type: asset.type,
    created_at: asset.created_at,
    bytes: asset.bytes,
    width: asset.width,
    height: asset.height,
    access_mode: 'public',
    url,
    secure_url: url,
  }
}

/** Returns tags and context as answers show them. */
export function describeContent({ tags, context }: Asset) {
  return { tags, context: context && { custom: context } }
}

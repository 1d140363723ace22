/** True if the browser knows passkeys, and the JSON of their options. */
export const hasPasskeys = () =>
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Asks the authenticator of this device to sign in. @returns the response as the contract takes it */
export async function askPasskey(
  options: unknown,
  { signal, mediation }: { signal?: AbortSignal; mediation?: CredentialMediationRequirement } = {},
) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON)
  const credential = await navigator.credentials.get({
    publicKey,
    ...(signal && { signal }),
    ...(mediation && { mediation }),
  })
  return (credential as PublicKeyCredential).toJSON() as never
}

/** Asks the authenticator of this device for a new passkey. @returns the response as the contract takes it */
export async function createPasskey(options: unknown) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON)
  const credential = await navigator.credentials.create({ publicKey })
  return (credential as PublicKeyCredential).toJSON() as never
}

/** True for the error of a person who closed the dialog of the authenticator. */
export const isDismissed = (error: unknown) =>
  error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name)

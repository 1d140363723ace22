export const url: string
export const email: string
export const password: string
export function picture(name: string): File
export function mailedCode(): Promise<string>

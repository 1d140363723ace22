import type { Locale } from '../../models/locale.js'
import { type Brand, type Rendered, render } from './layout.js'
import type { Template } from './mails.js'
import { SAMPLE_END, SAMPLES } from './samples.js'
import { contentOf } from './templates.js'

/** The settings that previews depend on. */
export type PreviewSettings = Brand & { MAIL_TEMPLATES: string | undefined }

/**
 * Renders a mail from sample data, with the operator's own texts.
 * @throws ConfigError if those can't be used
 */
export async function preview(settings: PreviewSettings, template: Template, locale: Locale): Promise<Rendered> {
  const content = contentOf(template, SAMPLES[template], { locale, brand: settings, expiresAt: SAMPLE_END })
  const rendered = render(content, settings)
  if (settings.MAIL_TEMPLATES === undefined) return rendered
  const { loadOwnTexts } = await import('./own-texts.js')
  return loadOwnTexts(settings.MAIL_TEMPLATES, settings).apply(template, content, rendered)
}

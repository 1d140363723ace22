import { settings } from './settings.js'
import { applyTheme, themeOf } from './theme.js'

// runs before the page is painted, so that neither the theme nor the colour of the brand changes afterwards
applyTheme(themeOf())
document.documentElement.style.setProperty('--brand', settings.brand.color)

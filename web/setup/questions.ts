import { cap } from './cap.ts'
import { currency } from './currency.ts'
import { joining } from './joining.ts'
import { language } from './language.ts'
import { place } from './place.ts'
import type { Question } from './question.ts'

/** In the order of the first run; before them comes the name, after them the first invite. */
export const QUESTIONS: readonly Question[] = [place, language, currency, joining, cap]

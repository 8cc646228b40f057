/** What a listener may pay for a release: loaded after the page can be read and heard. */
import './buy.ts'
import './tip.ts'

/** Largest source file: an hour of 24-bit 192 kHz stereo is 4.1 GB; beyond it a person has picked the wrong file. */
export const SOURCE_BYTES_MAX = 5 * 1024 ** 3
/** Longest audio: an all-night set. Bounds what a small file can make a decoder produce. */
export const DURATION_MS_MAX = 12 * 3_600_000
/** A media process that says nothing for this long is stuck on a hostile file: it is ended. */
export const STALL_MS_MAX = 120_000
/** The longest any one media process may run, even while it makes progress. */
export const RUN_MS_MAX = 6 * 3_600_000
/** Reading headers and tags takes well under a second; a file that needs this long is refused. */
export const PROBE_MS_MAX = 30_000
/** ffprobe's answer for a normal file is about 3 kB; a crafted one with thousands of streams is cut here. */
export const PROBE_BYTES_MAX = 1024 ** 2
/** How much of a child's error output is kept: the end, where the reason stands. */
export const STDERR_BYTES_KEPT = 16 * 1024
/** Scheduling niceness of media work: people who listen and talk come first. */
export const NICENESS = 10
/** Embedded pictures above this are ignored: a 3000 px cover is about 5 MB. */
export const PICTURE_BYTES_MAX = 20 * 1024 ** 2
/** Cover files above this are refused before they are decoded. */
export const COVER_BYTES_MAX = 40 * 1024 ** 2
/** Decoded size bound of a cover: 100 million pixels are 300 MB, what a small machine survives. */
export const COVER_PIXELS_MAX = 100_000_000
/** Longest side of a published cover: sharp on a laptop, about 200 kB. */
export const COVER_SIDE_PX_MAX = 1_200
export const COVER_JPEG_QUALITY = 82
/** Heap of the child that reads tags and covers, in MB. */
export const WORKER_HEAP_MB_MAX = 256
/** Seconds per HLS segment: the length Apple's authoring guide asks for. */
export const SEGMENT_SECONDS = 6
/** Opus bitrates, lowest first: speech-grade 3G, transparent for most, transparent for nearly all. */
export const OPUS_LADDER_BPS = [48_000, 96_000, 160_000] as const
/** Bitrate of the plain file made from a lossless source. */
export const PLAIN_BPS = 192_000
/** The plain file never goes below this, because encoders sound broken there. */
export const PLAIN_BPS_MIN = 64_000
/** Sample rate of the mono stream that waveform peaks are taken from. */
export const WAVEFORM_HZ = 8_000
/** Decoded audio may be this much shorter than the header says (encoder padding, rounding) before it counts as cut off. */
export const CUT_OFF_MS = 2_000
export const CUT_OFF_SHARE = 0.03
/**
 * Demuxers that a source may use. Playlists and concatenation scripts are absent on purpose: those formats name other
 * files, so an upload could make the stage read its own disk.
 */
export const FORMATS_ALLOWED = 'mp3,ogg,flac,wav,w64,aiff,caf,aac,mov,mp4,m4a,matroska,webm,wv,ape,tta,mpegts,avi'

/** A finished upload on this machine's disk. */
export interface FinishedUpload {
  /** Absolute path of the bytes. */
  readonly file: string
  /** File name given by the uploader: a bare name, without folders or control characters. */
  readonly name: string
  readonly bytes: number
}

/** Files received by resumable upload, waiting to be published. */
export interface Uploads {
  /** Throws `StageError` 'not-found' when the id is unknown, malformed or its upload is unfinished. */
  resolve(id: string): Promise<FinishedUpload>
  /** Removes the bytes and the record. Unknown ids are no error. */
  discard(id: string): Promise<void>
}

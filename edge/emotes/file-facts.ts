// What a file of pictures says of itself.

export interface FileFacts {
  width: number;
  height: number;
  frames: number;
}

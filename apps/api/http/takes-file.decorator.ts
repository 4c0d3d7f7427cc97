import { SetMetadata } from '@nestjs/common';

export const takesFileMetadata = 'winnow:takes-file';

/** A route whose body may also be a file of rows, which its handler then reads as it arrives. */
export const TakesFile = () => SetMetadata(takesFileMetadata, true);

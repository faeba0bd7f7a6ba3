/** A drawn QR code on the page. */
import type { CodePicture } from './code-picture.ts';

interface PictureOfCodeProps {
  picture: CodePicture;
  /** What a screen reader says in its place. */
  label: string;
  testId: string;
}

export function PictureOfCode({ picture: { side, path }, label, testId }: PictureOfCodeProps) {
  return (
    <svg
      class="code-picture"
      data-testid={testId}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an inline picture changes without a flash
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shape-rendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

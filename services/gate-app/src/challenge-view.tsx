/** The gate's own code: riders scan it first, and only a ticket that answers it opens. */
import { writePicture } from './challenge-picture.ts';
import { useEffect, useState } from 'preact/hooks';
import { say, sayBeside } from './language.ts';
import { challengeWords as words } from './challenge-words.ts';
import { postChallenge } from './validator.ts';

interface ChallengeViewProps {
  gateId: string;
  /** Changes with each answer: what has been used is not displayed again. */
  answered: string | null;
}

/** A new one at half the life of the one before, which then still counts. */
export function ChallengeView({ gateId, answered }: ChallengeViewProps) {
  const [picture, setPicture] = useState<{ side: number; path: string } | null>(null);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const renew = async (): Promise<void> => {
      const given = await postChallenge(gateId).catch(() => null);
      if (isOver) return;
      setPicture(given && writePicture(given.text));
      timer = setTimeout(() => void renew(), given ? (given.expiresInSeconds / 2) * 1000 : 3000);
    };
    void renew();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [gateId, answered]);
  return (
    <div class="challenge" data-testid="challenge">
      {picture && (
        <svg
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an inline picture changes without a flash
          role="img"
          aria-label={say(words.picture)}
          viewBox={`0 0 ${picture.side} ${picture.side}`}
          shape-rendering="crispEdges"
        >
          <rect width={picture.side} height={picture.side} fill="#fff" />
          <path d={picture.path} fill="#000" />
        </svg>
      )}
      <p class="invitation">{say(picture ? words.scanMe : words.none)}</p>
      <p class="beside">{sayBeside(picture ? words.scanMe : words.none)}</p>
    </div>
  );
}

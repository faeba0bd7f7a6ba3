/**
 * `npm run -s journal:verify -- FILE`: checks the chain of a validator's journal and prints what it holds.
 * Ends with 0 where all fits, 1 where a record does not, 2 where the file is no journal.
 */
import { describeJournal, type JournalContent } from '../src/journal/describe-journal.ts';

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0) {
  process.stderr.write('Give one file: npm run -s journal:verify -- FOLDER/validator.sqlite\n');
  process.exit(2);
}
try {
  const content = describeJournal(file);
  process.stdout.write(`${linesOf(content).join('\n')}\n`);
  process.exit(content.damage === null ? 0 : 1);
} catch (error) {
  process.stderr.write(`${file} is no journal that can be read: ${(error as Error).message}\n`);
  process.exit(2);
}

function linesOf(content: JournalContent): string[] {
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .toSorted(([, one], [, other]) => other - one)
      .map(([word, number]) => `${word} ${number}`)
      .join(', ') || 'none';
  const { firstSeq, lastSeq, firstAt, lastAt, deliveredSeq, taps, accepted } = content;
  return [
    `records    ${firstSeq === null ? 'none' : `${firstSeq} to ${lastSeq}`}`,
    `times      ${firstAt === null ? 'none' : `${firstAt} to ${lastAt}`}`,
    `taps       ${taps}: accepted ${accepted}, refused ${taps - accepted}`,
    `reasons    ${counts(content.reasons)}`,
    `marks      ${counts(content.marks)}`,
    `delivered  up to ${deliveredSeq}`,
    `last hash  ${content.lastHash}`,
    ...content.notes.map(
      ({ at, keptSeq, setAside, why }) => `cut        ${at} after ${keptSeq}, ${setAside} set aside: ${why}`,
    ),
    content.damage === null ? 'chain      whole' : `chain      DAMAGED: ${content.damage}`,
  ];
}

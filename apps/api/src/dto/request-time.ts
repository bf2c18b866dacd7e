import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const DATE = String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
const CLOCK = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?`;
const ZONE = String.raw`(?:Z|(?<sign>[+-])(?<zoneHour>\d\d):(?<zoneMinute>\d\d))`;
const FORMAT = new RegExp(`^${DATE}(?:T${CLOCK}${ZONE})?$`, 'i');

const MINUTE_MS = 60_000;
const MESSAGE = 'has to be a time such as 2026-01-31T09:00:00Z (RFC 3339, with Z or an offset), or a full date';

/**
 * RFC 3339: a date-time, or a full date, which means its midnight in UTC. `Date.parse` reads more than that, and some of it in the zone
 * of the machine.
 * @returns `null` for anything else, and for a time that does not exist
 */
export function parseTime(text: string): Date | null {
  const parts = FORMAT.exec(text)?.groups;
  if (parts === undefined) return null;
  const number = (name: string) => Number(parts[name] ?? 0);
  const [hour, minute, second, zoneHour, zoneMinute] = [
    number('hour'),
    number('minute'),
    number('second'),
    number('zoneHour'),
    number('zoneMinute'),
  ];
  if (hour > 23 || minute > 59 || second > 60 || zoneHour > 23 || zoneMinute > 59) return null;
  const time = new Date(0);
  time.setUTCFullYear(number('year'), number('month') - 1, number('day'));
  if (time.getUTCMonth() + 1 !== number('month') || time.getUTCDate() !== number('day')) return null;
  const offsetMinutes = (parts['sign'] === '-' ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  const isLeapSecond = second === 60;
  time.setUTCHours(hour, minute - offsetMinutes, isLeapSecond ? 59 : second);
  if (isLeapSecond) {
    if (!isLastSecondOfMonth(time)) return null;
    // Unix time has no leap seconds: this one is the first second of the next month.
    return new Date(time.getTime() + 1000);
  }
  const isInRange = time.getUTCFullYear() >= 0 && time.getUTCFullYear() <= 9999;
  return isInRange ? new Date(time.getTime() + Math.floor(Number(`0.${parts['fraction'] ?? '0'}`) * 1000)) : null;
}

/** Leap seconds are inserted at the end of a month of UTC (RFC 3339, 5.7). */
function isLastSecondOfMonth(time: Date): boolean {
  const isEndOfDay = time.getTime() % (24 * 60 * MINUTE_MS) === 24 * 60 * MINUTE_MS - 1000;
  return isEndOfDay && new Date(time.getTime() + 1000).getUTCDate() === 1;
}

/** A property of type `Date`, from a text that `parseTime` reads. */
export function IsTime(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (parseTime(value) ?? value) : value)),
    // JSON and queries hold no `Date`: this one was read from a text.
    ValidateBy({ name: 'isTime', validator: { validate: (value) => value instanceof Date } }, { message: MESSAGE }),
  );
}

/** A later time than that of the request. */
export function IsFutureTime(): PropertyDecorator {
  const validate = (value: unknown) => !(value instanceof Date) || value.getTime() > Date.now();
  return applyDecorators(
    ValidateBy({ name: 'isFutureTime', validator: { validate } }, { message: 'has to be in the future' }),
    IsTime(),
  );
}

import { dayIn } from '../domain/access/minority.ts';
import { ConfigError } from './platform/config.ts';
import type { Administration } from './services/administration.ts';
import type { TenantSettings } from './services/tenant-settings.ts';

type Given = Readonly<Record<string, string | undefined>>;

function years(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 30) throw new ConfigError(`"${text}" is not an age of 1 to 30 years`);
  return value;
}

function zone(name: string): string {
  try {
    dayIn(name, new Date());
    return name;
  } catch (cause) {
    throw new ConfigError(`"${name}" is not a time zone: name one as "Europe/Oslo"`, { cause });
  }
}

function isOn(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new ConfigError(`"${text}" is neither "on" nor "off"`);
}

/** Changes the settings that are given and tells all of them. @throws ConfigError when one cannot be meant. */
export async function changeTenant(operator: Administration, tenantId: string, given: Given): Promise<string> {
  const { 'age-of-majority': majority, 'age-of-digital-consent': digital, 'time-zone': timeZone, 'two-adults': twoAdults } = given;
  const changes: Partial<TenantSettings> = {
    ...(majority !== undefined && { ageOfMajority: years(majority) }),
    ...(digital !== undefined && { ageOfDigitalConsent: years(digital) }),
    ...(timeZone !== undefined && { timeZone: zone(timeZone) }),
    ...(twoAdults !== undefined && { twoAdults: isOn(twoAdults) }),
  };
  const now = await operator.changeSettings(tenantId, changes);
  return [
    `of age          at ${String(now.ageOfMajority)}`,
    `digital consent at ${String(now.ageOfDigitalConsent ?? 'majority')}`,
    `time zone       ${now.timeZone}`,
    `two adults      ${now.twoAdults ? 'on' : 'off'}`,
  ].join('\n');
}

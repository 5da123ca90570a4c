import type { VideoAnalysisClient } from 'video-analysis-platform';
import { queryOf, type AuditFilters } from './audit-filters.ts';

const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Saves what the filters let through as a file that proves itself: the time that was chosen, at most its last year. @throws ApiProblem */
export async function saveLog(client: VideoAnalysisClient, filters: AuditFilters): Promise<void> {
  const query = queryOf(filters);
  const to = query.to ?? new Date().toISOString();
  const earliest = new Date(Date.parse(to) - MOST_DAYS * DAY_MS).toISOString();
  const from = query.from !== undefined && query.from > earliest ? query.from : earliest;
  const response = await client.fetch(`/api/v1/audit-events/export?${new URLSearchParams({ ...query, from, to }).toString()}`);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = `audit-${from.slice(0, 10)}-${to.slice(0, 10)}.ndjson`;
  link.click();
  URL.revokeObjectURL(address);
}

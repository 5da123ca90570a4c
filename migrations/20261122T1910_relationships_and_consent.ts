import type { Knex } from 'knex';

/** Who works with which athlete, who answers for a minor, and what the athlete has agreed to. */
export const up = (knex: Knex) =>
  knex.raw(`
  create table coach_player (
    tenant_id uuid not null,
    coach_id uuid not null,
    player_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, coach_id, player_id),
    foreign key (tenant_id, coach_id) references app_user (tenant_id, id),
    foreign key (tenant_id, player_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('coach_player');
  create index coach_player_by_player on coach_player (tenant_id, player_id);

  create table guardian_player (
    tenant_id uuid not null,
    guardian_id uuid not null,
    player_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, guardian_id, player_id),
    foreign key (tenant_id, guardian_id) references app_user (tenant_id, id),
    foreign key (tenant_id, player_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('guardian_player');
  create index guardian_player_by_player on guardian_player (tenant_id, player_id);

  create table consent (
    tenant_id uuid not null,
    id uuid not null,
    player_id uuid not null,
    purpose text not null check (purpose in ('coach_review', 'tenant_library', 'reference_library', 'link_share', 'export')),
    granted_by_id uuid not null,
    evidence text not null,
    granted_at timestamptz not null,
    expires_at timestamptz,
    withdrawn_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, player_id) references app_user (tenant_id, id),
    foreign key (tenant_id, granted_by_id) references app_user (tenant_id, id)
  );
  call protect_tenant_table('consent');
  create index consent_by_player on consent (tenant_id, player_id, purpose);

  grant select, insert, delete on coach_player, guardian_player to va_app;
  grant select, insert, update on consent to va_app;
  grant select on coach_player, guardian_player, consent to va_worker;
`);

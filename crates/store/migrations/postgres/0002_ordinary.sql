-- Ordinary tables: changed in place, each change with an audit entry in the access log.
create table job (
    id uuid primary key,
    kind text not null,
    run_at bigint not null,
    body bytea not null,
    attempts bigint not null,
    claimed_until bigint,
    last_error text
);
create index job_due on job (kind, run_at);

create table team (
    id uuid primary key,
    name text not null unique,
    created_at bigint not null
);

create table account (
    id uuid primary key,
    login text not null unique,
    name text not null,
    role text not null,
    team uuid not null references team (id),
    authority text,
    password_hash text,
    totp_sealed bytea,
    created_at bigint not null,
    disabled_at bigint
);

create table session (
    id uuid primary key,
    token_hash bytea not null unique,
    account uuid not null references account (id),
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    user_agent text not null
);
create index session_account on session (account);

create table draft (
    owner uuid not null,
    key text not null,
    body bytea not null,
    version bigint not null,
    updated_at bigint not null,
    primary key (owner, key)
);

create table setting (
    key text primary key,
    json text not null,
    version bigint not null,
    updated_at bigint not null
);

create table import (
    id uuid primary key,
    file_hash bytea not null,
    kind text not null,
    mapping text not null,
    mapping_version bigint not null,
    counts text not null,
    at bigint not null,
    by_account uuid not null,
    unique (file_hash, mapping, mapping_version)
);

create table import_row (
    import uuid not null references import (id),
    row_number bigint not null,
    disposition text not null,
    reason text not null,
    primary key (import, row_number)
);

-- Ordinary tables: changed in place, each change with an audit entry in the access log.
create table job (
    id blob primary key,
    kind text not null,
    run_at integer not null,
    body blob not null,
    attempts integer not null,
    claimed_until integer,
    last_error text
) strict;
create index job_due on job (kind, run_at);

create table team (
    id blob primary key,
    name text not null unique,
    created_at integer not null
) strict;

create table account (
    id blob primary key,
    login text not null unique,
    name text not null,
    role text not null,
    team blob not null references team (id),
    authority text,
    password_hash text,
    totp_sealed blob,
    created_at integer not null,
    disabled_at integer
) strict;

create table session (
    id blob primary key,
    token_hash blob not null unique,
    account blob not null references account (id),
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null,
    revoked_at integer,
    user_agent text not null
) strict;
create index session_account on session (account);

create table draft (
    owner blob not null,
    key text not null,
    body blob not null,
    version integer not null,
    updated_at integer not null,
    primary key (owner, key)
) strict, without rowid;

create table setting (
    key text primary key,
    json text not null,
    version integer not null,
    updated_at integer not null
) strict;

create table import (
    id blob primary key,
    file_hash blob not null,
    kind text not null,
    mapping text not null,
    mapping_version integer not null,
    counts text not null,
    at integer not null,
    by_account blob not null,
    unique (file_hash, mapping, mapping_version)
) strict;

create table import_row (
    import blob not null references import (id),
    row_number integer not null,
    disposition text not null,
    reason text not null,
    primary key (import, row_number)
) strict, without rowid;

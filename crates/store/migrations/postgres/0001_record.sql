-- The record: exact bytes of every entry, and the few columns queries need, each checked against its entry by `verify`.
-- log 1 is the record, log 2 is the access log.
create table head (
    log bigint primary key check (log in (1, 2)),
    size bigint not null,
    frontier bytea not null
);

create table event (
    position bigint primary key,
    stream uuid not null,
    version bigint not null,
    kind text not null,
    recorded_at bigint not null,
    command uuid not null,
    ordinal bigint not null,
    entry bytea not null,
    leaf bytea not null
);
create unique index event_stream on event (stream, version);
create unique index event_command on event (command, ordinal);
create index event_kind on event (kind, stream) where version = 1;

-- Narrative and identity. Apart from the entries, so that it can be destroyed while the log still verifies.
create table sealed (
    position bigint primary key,
    file uuid not null,
    salt bytea not null,
    body bytea not null
);
create index sealed_file on sealed (file);

-- One content key per case file, wrapped by the master key outside. Null once destroyed.
create table file_key (
    file uuid primary key,
    wrapped bytea
);

create table tile (
    log bigint not null,
    level bigint not null,
    idx bigint not null,
    hashes bytea not null,
    primary key (log, level, idx)
);

create table checkpoint (
    log bigint not null,
    size bigint not null,
    note text not null,
    frontier bytea not null,
    primary key (log, size)
);

-- Who looked at what, and why.
create table access (
    position bigint primary key,
    actor uuid not null,
    action text not null,
    entry bytea not null,
    leaf bytea not null
);
create index access_actor on access (actor, position);

create table access_record (
    position bigint not null,
    record uuid not null,
    primary key (position, record)
);
create index access_record_record on access_record (record, position);

-- Which read tables exist, in which form.
create table row_table (
    name text primary key,
    hash text not null,
    needs_rebuild boolean not null
);

-- Two empty logs: size 0, and the frontier of no entries.
insert into head (log, size, frontier) values (1, 0, '\x010000000000000000'), (2, 0, '\x010000000000000000');

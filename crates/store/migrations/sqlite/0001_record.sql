-- The record: exact bytes of every entry, and the few columns queries need, each checked against its entry by `verify`.
-- log 1 is the record, log 2 is the access log.
create table head (
    log integer primary key check (log in (1, 2)),
    size integer not null,
    frontier blob not null
) strict;

create table event (
    position integer primary key,
    stream blob not null,
    version integer not null,
    kind text not null,
    recorded_at integer not null,
    command blob not null,
    ordinal integer not null,
    entry blob not null,
    leaf blob not null
) strict;
create unique index event_stream on event (stream, version);
create unique index event_command on event (command, ordinal);
create index event_kind on event (kind, stream) where version = 1;

-- Narrative and identity. Apart from the entries, so that it can be destroyed while the log still verifies.
create table sealed (
    position integer primary key,
    file blob not null,
    salt blob not null,
    body blob not null
) strict;
create index sealed_file on sealed (file);

-- One content key per case file, wrapped by the master key outside. Null once destroyed.
create table file_key (
    file blob primary key,
    wrapped blob
) strict, without rowid;

create table tile (
    log integer not null,
    level integer not null,
    idx integer not null,
    hashes blob not null,
    primary key (log, level, idx)
) strict;

create table checkpoint (
    log integer not null,
    size integer not null,
    note text not null,
    frontier blob not null,
    primary key (log, size)
) strict;

-- Who looked at what, and why.
create table access (
    position integer primary key,
    actor blob not null,
    action text not null,
    entry blob not null,
    leaf blob not null
) strict;
create index access_actor on access (actor, position);

create table access_record (
    position integer not null,
    record blob not null,
    primary key (position, record)
) strict, without rowid;
create index access_record_record on access_record (record, position);

-- Which read tables exist, in which form.
create table row_table (
    name text primary key,
    hash text not null,
    needs_rebuild integer not null
) strict;

-- Two empty logs: size 0, and the frontier of no entries.
insert into head (log, size, frontier) values (1, 0, x'010000000000000000'), (2, 0, x'010000000000000000');

-- The 30-second step of the last one-time code used: a code that was read over a shoulder opens nothing twice.
alter table account add column totp_step integer;

-- Whether there is room, without taking any: for what is counted only once it went wrong.
create function app.allowance_wait(keys text[], maxima integer[], seconds integer[]) returns integer language sql
  begin atomic
    -- The newest sixtieth that must have left the window before there is room again.
    select case when count(*) = 0 then 0 else greatest(max(ceil(extract(epoch from full_until.at - app.now())))::integer, 1) end
    from unnest(keys, maxima, seconds) w (key, maximum, span), lateral (
      select taken.window_start + make_interval(secs => w.span + greatest(1, w.span / 60)) as at
      from (select r.window_start, sum(r.count) over (order by r.window_start desc) as since
            from rate_limits r where r.key = w.key and r.expires_at > app.now()) taken
      where taken.since >= w.maximum order by taken.window_start desc limit 1) full_until;
  end;

create or replace function app.take_allowances(keys text[], maxima integer[], seconds integer[]) returns integer language plpgsql
  as $$
    declare
      wait integer;
      one text;
    begin
      foreach one in array (select array_agg(k order by k) from unnest(keys) k) loop
        perform pg_advisory_xact_lock(hashtextextended(one, 30));
      end loop;
      wait := app.allowance_wait(keys, maxima, seconds);
      if wait > 0 then return wait; end if;
      insert into rate_limits (key, window_start, expires_at)
      select w.key, part.start, part.start + make_interval(secs => w.span + greatest(1, w.span / 60))
      from unnest(keys, maxima, seconds) w (key, maximum, span),
        lateral (select date_bin(make_interval(secs => greatest(1, w.span / 60)), app.now(), 'epoch') as start) part
      on conflict (key, window_start) do update set count = rate_limits.count + 1;
      return 0;
    end $$;

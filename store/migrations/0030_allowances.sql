-- Up Migration
--
-- Limits are counted in sixtieths of their window, so that no window of that length, wherever it begins, sees more than its maximum.

-- Takes one of each allowance, or none of any. The keys are locked in one order, and each statement in here sees what was committed
-- before it, so that of many at once exactly the maximum get through. Returns 0, or the seconds after which all would have been free.
create function app.take_allowances(keys text[], maxima integer[], seconds integer[]) returns integer language plpgsql
  as $$
    declare
      wait integer;
      one text;
    begin
      foreach one in array (select array_agg(k order by k) from unnest(keys) k) loop
        perform pg_advisory_xact_lock(hashtextextended(one, 30));
      end loop;
      -- The newest sixtieth that must have left the window before there is room again.
      select max(ceil(extract(epoch from full_until.at - app.now()))) into wait
      from unnest(keys, maxima, seconds) w (key, maximum, span), lateral (
        select taken.window_start + make_interval(secs => w.span + greatest(1, w.span / 60)) as at
        from (select r.window_start, sum(r.count) over (order by r.window_start desc) as since
              from rate_limits r where r.key = w.key and r.expires_at > app.now()) taken
        where taken.since >= w.maximum order by taken.window_start desc limit 1) full_until;
      if wait is not null then return greatest(wait, 1); end if;
      insert into rate_limits (key, window_start, expires_at)
      select w.key, part.start, part.start + make_interval(secs => w.span + greatest(1, w.span / 60))
      from unnest(keys, maxima, seconds) w (key, maximum, span),
        lateral (select date_bin(make_interval(secs => greatest(1, w.span / 60)), app.now(), 'epoch') as start) part
      on conflict (key, window_start) do update set count = rate_limits.count + 1;
      return 0;
    end $$;

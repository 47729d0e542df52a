#!/bin/sh
# One-shot job: the namespace with 168 h of retention, and the search attributes of workflows/contract.ts. A second run changes nothing.
set -eu
export TEMPORAL_ADDRESS

# Each server learns of a new namespace in its own time, about ten seconds; until then it says that there is none.
soon() {
  tries=0
  until said=$("$@" 2>&1); do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      printf '%s\n' "$said" >&2
      return 1
    fi
    sleep 1
  done
}

until temporal operator cluster health >/dev/null 2>&1; do sleep 1; done
if temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update -n "$TEMPORAL_NAMESPACE" --retention 168h
else
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 168h
fi
# Known ones are left as they are.
soon temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" \
  --name AuthOrganization --type Keyword \
  --name AuthProvider --type Keyword \
  --name AuthStage --type Keyword \
  --name AuthOutcome --type Keyword \
  --name MailState --type Keyword \
  --name DecisionDeadline --type Datetime

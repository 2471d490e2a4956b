-- Sends the requests of a file in turn; each line: METHOD, path, cookie, body, apart by tabs.
-- In a body, FRESHKEY stands for a key that no other request has, as from a page that was just opened:
-- the second argument, which differs from one load to the next, and the number of the request.
local FRESH = "FRESHKEY"
local requests, turn, sent, run = {}, 0, 0, ""

function init(args)
  run = args[2]
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = { ["Cookie"] = cookie }
    if method == "POST" then
      headers["Content-Type"] = "application/x-www-form-urlencoded"
    end
    if method == "POST" and body:find(FRESH, 1, true) then
      requests[#requests + 1] = function(key)
        return wrk.format(method, path, headers, (body:gsub(FRESH, key)))
      end
    else
      local ready = wrk.format(method, path, headers, method == "POST" and body or nil)
      requests[#requests + 1] = function() return ready end
    end
  end
end

function request()
  turn, sent = turn % #requests + 1, sent + 1
  return requests[turn](run .. sent)
end

function done(summary, latency, all)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "errors": %d, "p50": %d, "p95": %d, "p99": %d}\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end

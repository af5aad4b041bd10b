-- Requests the paths in a file in turn, one a line. Prints what report.lua prints.
dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "") .. "report.lua")

function init(arguments)
  local requests, n = {}, 0
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  request = function()
    n = n % #requests + 1
    return requests[n]
  end
end

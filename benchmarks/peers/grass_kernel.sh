#!/bin/sh
# Runs GRASS v.kernel on points and prints the CPU seconds of that call alone.
# Usage: grass_kernel.sh POINTS SAMPLE n=... cells=... kernel=... bandwidth=... west=... south=... side=... python=...
set -e
command -v grass > /dev/null || { echo "grass is not installed" >&2; exit 1; }
points=$1; sample=$2; shift 2
for word in "$@"; do export "peer_${word?}"; done
folder=$(dirname "$points")
"$peer_python" -c "
import numpy as np, sys
np.savetxt(sys.argv[2], np.fromfile(sys.argv[1]).reshape(2, -1).T, fmt='%.6f', delimiter='|')" "$points" "$folder/points.txt"
cat > "$folder/job.sh" <<JOB
set -e
g.region n=\$(echo "$peer_south + $peer_side" | bc) s=$peer_south w=$peer_west e=\$(echo "$peer_west + $peer_side" | bc) rows=${peer_cells%.*} cols=${peer_cells%.*}
v.in.ascii -t --q input=$folder/points.txt output=pts format=point separator=pipe
bash -c 'time -p v.kernel --q input=pts output=dens radius=$peer_bandwidth kernel=$peer_kernel' 2> $folder/time.txt
r.out.bin -f --q input=dens output=$folder/dens.bin bytes=8
JOB
grass --tmp-location EPSG:32618 --exec bash "$folder/job.sh" > "$folder/log.txt" 2>&1 || { tail -3 "$folder/log.txt" >&2; exit 1; }
"$peer_python" -c "
import numpy as np, sys
values = np.fromfile(sys.argv[1]).reshape(int(float(sys.argv[3])), -1)
cells, west, south, side = (float(word) for word in sys.argv[3:7])
drawn = np.random.default_rng(1).choice(values.size, 2000, replace=False)
row, col = np.divmod(drawn, int(cells))
cell = side / cells
np.stack((west + (col + .5) * cell, south + side - (row + .5) * cell, values.ravel()[drawn])).tofile(sys.argv[2])" \
  "$folder/dens.bin" "$sample" "$peer_cells" "$peer_west" "$peer_south" "$peer_side"
awk '/^(user|sys) / { seconds += $2 } END { print "CPU", seconds }' "$folder/time.txt"

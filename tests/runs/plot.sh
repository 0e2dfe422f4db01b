# shellcheck shell=sh disable=SC2034,SC2154
# plot.sh: lrun plot, of a run that was trained and of files that are odd: text, PNG and SVG.
. "$(dirname "$0")/common.sh"

make_classification
run 0 classify.yaml
version=lightning_logs/version_0

# In the terminal, by number, by name and by directory.
run 0 plot 0
prints 'train_loss'
prints 'val_loss'
prints 'val_acc'
cp out by_number
run 0 plot "$version/"
same out by_number
run 0 plot version_0
same out by_number
[ "$(wc -L <out)" -le 80 ] || fail 'lines wider than 80 columns'
! grep -q "$(printf '\033')" out || fail 'colours in a pipe'

# As pictures.
run 0 plot 0 --metrics train_loss,val_loss --output curves.png --smooth=0.6
is "$(head -c 4 curves.png | tail -c 3)" PNG 'the head of a PNG file'
run 0 plot 0 --x=epoch --log --output=curves.svg
cat >parse.py <<'PYTHON'
import xml.dom.minidom
assert xml.dom.minidom.parse("curves.svg").documentElement.tagName == "svg"
PYTHON
if command -v python3 >/dev/null; then
    python3 parse.py || fail 'the SVG file is no XML'
fi
is "$(find . -name 'curves*' | sort | tr '\n' ' ')" './curves.png ./curves.svg ' 'files'

# What cannot be: nothing is written then.
run 2 plot
says 'plot: wanted a run, found none'
says 'a run is its directory or its number: lrun plot 3'
run 2 plot 7
says "found '7'"
run 2 plot 0 --metrics=train_los --output=none.png
says "--metrics: no metric is called 'train_los' (did you mean 'train_loss'?)"
says 'the metrics of these runs: '
run 2 plot 0 --output=none.jpg
says "--output: wanted a file that ends in .png or .svg, found 'none.jpg'"
run 2 plot 0 --x=time
says "--x: wanted step or epoch, found 'time'"
run 2 plot 0 --smooth=1
says "--smooth: wanted a number from 0 to below 1, found '1'"
says 'it is the weight of what came before: 0 draws the numbers as they are, 0.9 a smooth line'
run 2 plot 0 --smoothe=0.5
says 'did you mean --smooth?'
run 4 plot 0 --output=nosuch/none.png
says 'nosuch/none.png'
mkdir empty
run 4 plot empty
says "the run 'empty' has no metrics.csv"
says 'CSVLogger writes it, a row every trainer.log_every_n_steps steps'
[ -z "$(find . -name 'none*')" ] || fail 'a file was written'

# Several runs, of which one diverged, one has one row, and one a line that is being written.
mkdir diverged short going
printf 'epoch,step,train_loss\n0,0,1\n0,1,nan\n0,2,inf\n0,3,-inf\n' >diverged/metrics.csv
printf 'epoch,step,train_loss,val_map\n0,0,3,\n' >short/metrics.csv
printf 'epoch,step,train_loss\n0,0,2\n0,1,1\n0,2,' >going/metrics.csv
run 0 plot diverged short going --metrics=train_loss,val_map
prints '* diverged  + short  o going'
prints 'no finite number'
for log in '' --log; do
    run 0 plot diverged short going 0 --output=all.svg $log
    run 0 plot diverged short going 0 --output=all.png $log
done
printf 'epoch,step,train_loss\n0,0,x\n' >short/metrics.csv
printf 'epoch,step,train_loss\n0,5e-324,1e308\n0,1e308,-1e308\n0,7,5e-324\n0,-inf,1e200\n0,3,1e-200\n' >diverged/metrics.csv
for options in --log --x=epoch --smooth=0.5; do
    run 0 plot diverged "$options" --output=all.svg
    ! grep -q '[",. -]\(nan\|inf\)' all.svg || fail "all.svg has places that are no numbers"
    run 0 plot diverged "$options" --output=all.png
    run 0 plot diverged "$options"
done
run 4 plot short
says "wanted a number under 'train_loss', found 'x'"

# Hundreds of thousands of rows.
mkdir long
awk 'BEGIN { print "epoch,step,train_loss"; for (i = 0; i < 300000; i++) print int(i / 1000) "," i "," 1 + i % 7 }' >long/metrics.csv
run 0 plot long
run 0 plot long --output=long.svg
[ "$(wc -c <long.svg)" -lt 200000 ] || fail "long.svg has $(wc -c <long.svg) bytes"

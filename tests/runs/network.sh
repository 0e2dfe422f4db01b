# shellcheck shell=sh disable=SC2034,SC2154
# network.sh: data, weights and checkpoints from a server: fetched once, checked, gone on with where it stopped.
. "$(dirname "$0")/common.sh"
export XDG_CACHE_HOME="$scratch/cache"
unset CURL_CA_BUNDLE SSL_CERT_FILE http_proxy https_proxy all_proxy
make_detection
mkdir -p served
cp scenes.tar served/
"$LRUN_FILE_SERVER" served "$scratch/requests" >port 2>/dev/null &
server=$!
trap 'status=$?; trap - EXIT; kill $server; cd /; rm -rf "$scratch"; exit $status' EXIT
while [ ! -s port ]; do sleep 0.05; done
site=http://127.0.0.1:$(cat port)
digest=$(sha256sum served/scenes.tar | cut -d' ' -f1)

# wait_for COMMAND...: until it holds, at most half a minute.
wait_for() {
    for try in $(seq 600); do
        ! "$@" || return 0
        sleep 0.05
    done
    fail "waited in vain for: $*"
}

# Data: from the first address that has it, its digest checked, and only once.
run 3 validate detect.yaml --data.url="$site/nosuch.tar"
says '404'
says "$site/nosuch.tar"
run 3 validate detect.yaml --data.url="$site/scenes.tar" --data.checksum="sha256:$(printf '%064d' 1)"
says 'wanted the SHA-256'
is "$(find data -name '*.jpg' | wc -l)" 0 'pictures out of a file with a wrong digest'
rm -rf data
run 0 validate detect.yaml --data.url="$site/nosuch.tar" --data.mirrors="[$site/scenes.tar]" \
    --data.checksum="sha256:$digest"
run 0 validate detect.yaml --data.url="$site/nosuch.tar" --data.mirrors="[$site/scenes.tar]" \
    --data.checksum="sha256:$digest"
is "$(grep -c '^scenes.tar' requests)" 2 'how often the archive was fetched' # once wrong, once right

# Stopped in the middle of a download: at once, and the next run fetches only the rest.
part_has_bytes() { [ -n "$(find data -name '*.part' -size +8k 2>/dev/null)" ]; }
# stop_download SIGNAL STATUS: env takes back that a shell's background jobs ignore SIGINT.
stop_download() {
    rm -rf data
    env --default-signal=INT "$LRUN" validate detect.yaml --data.url="$site/slow/scenes.tar" >out 2>err &
    stopped=$!
    wait_for part_has_bytes
    asked=$(date +%s)
    kill -"$1" $stopped
    status=0
    wait $stopped || status=$?
    is "$status" "$2" "status when stopped by SIG$1 while downloading"
    below $(($(date +%s) - asked)) 5 "seconds until SIG$1 stopped a download"
    part_has_bytes || fail 'what had come is gone'
}
stop_download TERM 143
stop_download INT 130
run 0 validate detect.yaml --data.url="$site/slow/scenes.tar"
tail -n 1 requests | grep -q '^slow/scenes.tar [1-9]' || fail "the rest was not asked for: $(tail -n 1 requests)"

# Weights and checkpoints.
run 0 detect.yaml --trainer.default_root_dir=whole
cp whole/lightning_logs/version_0/checkpoints/last.safetensors served/
run 0 validate detect.yaml --model.weights="$site/last.safetensors"
cp err from_weights
run 0 validate detect.yaml --ckpt_path="$site/last.safetensors"
run 3 validate detect.yaml --ckpt_path="$site/nosuch.safetensors"
says '404'
run 3 validate detect.yaml --model.weights="$site/nosuch.safetensors"
says '404'
run 0 detect.yaml --trainer.default_root_dir=half --trainer.max_epochs=1
cp half/lightning_logs/version_0/checkpoints/last.safetensors served/half.safetensors
run 0 detect.yaml --trainer.default_root_dir=other --trainer.resume_from_checkpoint="$site/half.safetensors"
same_tensors whole/lightning_logs/version_0/checkpoints/last.safetensors \
    "$(newest_run other)/checkpoints/last.safetensors" 'gone on from an address'

# Two that go on at once: one waits, says for whom, and finds the work done.
run 0 detect.yaml --trainer.default_root_dir=twice --trainer.max_epochs=1
"$LRUN" detect.yaml --trainer.default_root_dir=twice --resume >first.out 2>first.err &
first=$!
run 0 detect.yaml --trainer.default_root_dir=twice --resume
wait $first || fail "the other one ended with $?"
is "$(ls twice/lightning_logs)" version_0 'runs of two that went on at once'
same_tensors whole/lightning_logs/version_0/checkpoints/last.safetensors \
    twice/lightning_logs/version_0/checkpoints/last.safetensors 'two at once'
same whole/lightning_logs/version_0/metrics.csv twice/lightning_logs/version_0/metrics.csv 'two at once'

# A secure server: nobody's certificate is not trusted, unless the user says so.
if command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=localhost \
        -addext subjectAltName=IP:127.0.0.1 >/dev/null 2>&1
    (cd served && exec openssl s_server -WWW -http_server_binmode -accept 127.0.0.1:0 -cert ../certificate.pem \
        -key ../key.pem) >secure 2>&1 </dev/null &
    secure=$!
    trap 'status=$?; trap - EXIT; kill $server $secure; cd /; rm -rf "$scratch"; exit $status' EXIT
    wait_for grep -q '^ACCEPT' secure
    secure_site=https://127.0.0.1:$(sed -n 's/^ACCEPT.*://p' secure)
    rm -rf data
    run 3 validate detect.yaml --data.url="$secure_site/scenes.tar" --data.checksum="sha256:$digest"
    says 'certificate'
    export SSL_CERT_FILE="$scratch/certificate.pem"
    run 0 validate detect.yaml --data.url="$secure_site/scenes.tar" --data.checksum="sha256:$digest"
    unset SSL_CERT_FILE
else
    echo 'a secure server: not tested, openssl is not here'
fi

# PASCAL VOC itself, where a part of it is at hand.
voc=$sources/../shared/data/pascal_voc/VOC2012_subset70_seg.tar
if [ -f "$voc" ]; then
    ln -s "$voc" served/VOC2012.tar
    run 0 "$sources/configs/voc_detect.yaml" --data.url="$site/VOC2012.tar" --data.checksum=null --data.batch_size=2 \
        --data.num_workers=1 --trainer.max_epochs=1 --trainer.limit_train_batches=2 --trainer.limit_val_batches=1 \
        --trainer.check_val_every_n_epoch=1 --trainer.num_sanity_val_steps=0 --data.root=voc
    is "$(find voc -path '*/VOC2012/JPEGImages/*.jpg' | wc -l)" 70 'pictures of the part of PASCAL VOC'
    rows "$(newest_run .)/metrics.csv" val_map_50 >/dev/null
else
    echo 'PASCAL VOC from a server: not tested, its part in ../shared is not here'
fi

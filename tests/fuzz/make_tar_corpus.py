#!/usr/bin/env python3
"""Writes the seeds of fuzz_tar: tests/fuzz/corpus/tar. Archives as datasets have them, and as someone who means harm would."""

import bz2
import gzip
import io
import lzma
import pathlib
import tarfile
import zipfile

FOLDER = pathlib.Path(__file__).parent / "corpus" / "tar"
HEADER = 512


def member(name, content=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def tar(name, members, form=tarfile.USTAR_FORMAT, compress=bytes, headers=None):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form, pax_headers=headers or {}) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
        end = archive.offset
    data = stream.getvalue()[: end + 2 * HEADER]  # the end mark; what fills up to 10 KiB is only ballast
    (FOLDER / name).write_bytes(compress(data))
    return data


def pack(name, members, method):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for path, content in members:
            archive.writestr(zipfile.ZipInfo(path), content, method)
    (FOLDER / name).write_bytes(stream.getvalue())


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    good = [
        member("set/", type=tarfile.DIRTYPE, mode=0o755),
        member("set/a.txt", b"first", mode=0o4777),
        member("set/deep/er/b.txt", b"second" * 100),
    ]
    whole = tar("ustar", good)
    tar("gnu_long_name", [member("long/" * 10 + "n" * 120, b"x")], tarfile.GNU_FORMAT)
    tar("pax_names", [member("\u00e4" * 60 + ".txt", b"x")], tarfile.PAX_FORMAT, headers={"comment": "all of it"})
    tar("gzip", good, compress=lambda data: gzip.compress(data, mtime=0))
    tar("xz", good, compress=lzma.compress)
    tar("bzip2", good, compress=bz2.compress)
    tar("dot_dot", [member("../../../out", b"x")])
    tar("absolute", [member("/tmp/out", b"x")])
    tar("symbolic_link", [member("a", type=tarfile.SYMTYPE, linkname="/tmp"), member("a/b", b"x")])
    tar("hard_link", [member("a", b"x"), member("b", type=tarfile.LNKTYPE, linkname="../../x")])
    tar("device", [member("a", type=tarfile.CHRTYPE, devmajor=1, devminor=3)])
    tar("pipe", [member("a", type=tarfile.FIFOTYPE)])
    tar("twice", [member("a", b"x"), member("./a", b"y")])
    tar("file_as_directory", [member("a", b"x"), member("a/b", b"y")])
    tar("marks", [member(".complete", b"x"), member(".manifest", b"y")])
    tar("bomb", [member("zeros", b"\0" * 400000)], compress=lambda data: gzip.compress(data, mtime=0))
    (FOLDER / "cut_between_members").write_bytes(whole[: 3 * HEADER])
    (FOLDER / "cut_in_member").write_bytes(whole[: 3 * HEADER + 100])
    (FOLDER / "goes_on").write_bytes(whole + b"more")
    (FOLDER / "huge_size").write_bytes(whole[:HEADER + 124] + b"77777777777\0" + whole[HEADER + 136:])
    pack("zip_deflated", [("set/a.txt", b"first" * 40), ("set/b.txt", b"second")], zipfile.ZIP_DEFLATED)
    pack("zip_stored", [("../evil", b"x"), ("set/b.txt", b"second")], zipfile.ZIP_STORED)
    sparse = bytearray(whole)
    sparse[HEADER + 156] = ord("S")
    sparse[HEADER + 257 : HEADER + 265] = b"ustar  \0"
    sparse[HEADER + 386 : HEADER + 410] = b"%011o\0%011o\0" % (0, 5)
    (FOLDER / "sparse").write_bytes(sparse)


if __name__ == "__main__":
    main()

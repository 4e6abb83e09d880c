# Reads a picture's path a line, writes a JSON array of [text, [left, top, right, bottom], confidence] a line.
import json
import logging
import sys

logging.disable(logging.CRITICAL)
try:
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(path):
        found, _ = engine(path)
        return found or []
except ImportError:
    from rapidocr import RapidOCR

    engine = RapidOCR()

    def read(path):
        found = engine(path)
        return zip(found.boxes, found.txts, found.scores) if found.boxes is not None else []


print("ready", flush=True)
for line in sys.stdin:
    lines = []
    for box, text, score in read(line.rstrip("\n")):
        xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
        lines.append([text, [min(xs), min(ys), max(xs), max(ys)], float(score)])
    print(json.dumps(lines), flush=True)

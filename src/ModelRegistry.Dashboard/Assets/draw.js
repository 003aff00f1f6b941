// The drawing pad. "Fit" crops to the ink, scales it to 20/28 of the frame and centres its mass, as the digits of MNIST are.
{
  const pad = document.querySelector('[data-pad]');
  if (pad) {
    const context = pad.getContext('2d');
    const control = (name) => document.querySelector(`[data-draw=${name}]`);
    const strokes = [];
    let current = null;
    let timer = 0;
    const cursor = { x: 140, y: 140 };

    const paint = (target, dark, transform) => {
      target.setTransform(1, 0, 0, 1, 0, 0);
      target.fillStyle = dark ? '#000' : '#fff';
      target.fillRect(0, 0, 280, 280);
      if (transform) target.setTransform(...transform);
      target.strokeStyle = target.fillStyle = dark ? '#fff' : '#000';
      target.lineCap = target.lineJoin = 'round';
      for (const stroke of strokes) {
        target.lineWidth = stroke.width;
        target.beginPath();
        target.moveTo(stroke.points[0].x, stroke.points[0].y);
        for (const point of stroke.points) target.lineTo(point.x, point.y);
        if (stroke.points.length === 1) target.lineTo(stroke.points[0].x + 0.1, stroke.points[0].y);
        target.stroke();
      }
      target.setTransform(1, 0, 0, 1, 0, 0);
    };

    const redraw = () => paint(context, control('dark').checked, null);

    const ink = (target) => {
      const { data } = target.getImageData(0, 0, 280, 280);
      let [left, top, right, bottom, sum, sumX, sumY] = [280, 280, -1, -1, 0, 0, 0];
      for (let y = 0; y < 280; y++) for (let x = 0; x < 280; x++) {
        const value = data[(y * 280 + x) * 4];
        if (!value) continue;
        left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
        sum += value; sumX += value * x; sumY += value * y;
      }
      return { left, top, right, bottom, x: sumX / sum, y: sumY / sum, empty: sum === 0 };
    };

    const tell = (drawing) => pad.closest('form').dispatchEvent(new CustomEvent('drawn', { detail: drawing }));
    const send = () => {
      if (!strokes.length) { tell(null); return; }
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 280;
      const target = canvas.getContext('2d', { willReadFrequently: true });
      let transform = null;
      if (control('fit').checked) {
        paint(target, true, null);
        const box = ink(target);
        if (box.empty) return;
        const scale = 200 / Math.max(box.right - box.left + 1, box.bottom - box.top + 1);
        transform = [scale, 0, 0, scale, 140 - box.x * scale, 140 - box.y * scale];
      }
      paint(target, control('dark').checked, transform);
      canvas.toBlob(tell, 'image/png');
    };

    const later = () => { clearTimeout(timer); timer = setTimeout(send, 350); };
    const place = (event) => {
      const box = pad.getBoundingClientRect();
      return { x: (event.clientX - box.left) * 280 / box.width, y: (event.clientY - box.top) * 280 / box.height };
    };
    const begin = (point) => { current = { width: Number(control('brush').value), points: [point] }; strokes.push(current); redraw(); };

    pad.addEventListener('pointerdown', (event) => { clearTimeout(timer); pad.setPointerCapture(event.pointerId); begin(place(event)); });
    pad.addEventListener('pointermove', (event) => {
      if (!current) return;
      for (const step of event.getCoalescedEvents?.() ?? [event]) current.points.push(place(step));
      redraw();
    });
    for (const type of ['pointerup', 'pointercancel']) pad.addEventListener(type, () => { if (current) { current = null; later(); } });

    // With the keyboard: arrows move, and draw while the space bar is down.
    pad.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] }[event.key];
      if (event.key === ' ' && !current) { event.preventDefault(); begin({ ...cursor }); }
      if (!step) return;
      event.preventDefault();
      cursor.x = Math.min(276, Math.max(4, cursor.x + step[0]));
      cursor.y = Math.min(276, Math.max(4, cursor.y + step[1]));
      if (current) current.points.push({ ...cursor });
      redraw();
      context.strokeStyle = '#5b7cf0';
      context.lineWidth = 2;
      context.strokeRect(cursor.x - 5, cursor.y - 5, 10, 10);
    });
    pad.addEventListener('keyup', (event) => { if (event.key === ' ' && current) { current = null; later(); } });

    control('undo').addEventListener('click', () => { strokes.pop(); redraw(); later(); });
    control('clear').addEventListener('click', () => { strokes.length = 0; clearTimeout(timer); redraw(); tell(null); });
    for (const name of ['fit', 'dark']) control(name).addEventListener('change', () => { redraw(); if (strokes.length) later(); });
    redraw();
  }
}

// Copyright 2026 OpenIP
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

// What still shows a connector's number, and is a tenth of what a phone's camera makes.
const LONGEST = 2560;
const QUALITY = 0.85;
const THUMBNAIL = 56;
const PICTURE = /\.(jpe?g|png|webp|hei[cf])$/i;
const APPLE = /\.hei[cf]$/i;

function draw(bitmap, scale, background) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    if (background) {
        context.fillStyle = background;
        context.fillRect(0, 0, canvas.width, canvas.height);
    }
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
}

function toBlob(canvas, type) {
    return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

/**
 * Tell whether a file is a photo as Apple's phones make them.
 *
 * @param {File} file
 * @returns {Boolean}
 */
export function isApplePhoto(file) {
    return APPLE.test(file.name);
}

async function shrink(file, bitmap, maxBytes) {
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const foreign = isApplePhoto(file);
    if (scale === 1 && !foreign && file.size <= maxBytes) {
        return file;
    }
    let blob = null;
    if (/\.png$/i.test(file.name)) {
        blob = await toBlob(draw(bitmap, scale), "image/png");
    }
    if (!blob || blob.size > maxBytes) {
        blob = await toBlob(draw(bitmap, scale, "#ffffff"), "image/jpeg");
    }
    if (!blob || (blob.size >= file.size && !foreign)) {
        return file;
    }
    const ending = blob.type === "image/png" ? ".png" : ".jpg";
    const name = file.name.replace(/\.[^.]*$/, ending);
    return new File([blob], name, {type: blob.type, lastModified: file.lastModified});
}

/**
 * Make a picture as small as it needs to be, and a thumbnail of it.
 *
 * @param {File} file of any kind; what no browser can draw stays as it is
 * @param {Number} maxBytes of a file
 * @returns {Promise<{file: File, thumbnail: HTMLCanvasElement|null}>}
 */
export async function preparePicture(file, maxBytes) {
    if (!PICTURE.test(file.name) || !window.createImageBitmap) {
        return {file, thumbnail: null};
    }
    let bitmap = null;
    try {
        bitmap = await createImageBitmap(file);
        const scale = THUMBNAIL / Math.max(bitmap.width, bitmap.height);
        const thumbnail = draw(bitmap, Math.min(1, scale));
        thumbnail.setAttribute("aria-hidden", "true");
        return {file: await shrink(file, bitmap, maxBytes), thumbnail};
    } catch {
        return {file, thumbnail: null};
    } finally {
        bitmap?.close();
    }
}

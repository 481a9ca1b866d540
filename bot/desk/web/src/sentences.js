// The sentences this page may have to say, in the reader's language; the server wrote them into it.
const written = document.getElementById("sentences");
export const sentences = written ? JSON.parse(written.textContent) : {};

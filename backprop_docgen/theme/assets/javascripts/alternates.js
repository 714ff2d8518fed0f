// The space keeps a link's meaning and hides it from the theme's script (see bilingual.py).
for (const link of document.querySelectorAll("link[rel=alternate]")) link.rel += " ";

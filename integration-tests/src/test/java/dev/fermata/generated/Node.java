package dev.fermata.generated;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a generated program: text and smaller pieces. The shrinker may leave a statement out, show one of its blocks in
 * its place, and show an expression's simplest constant or a part of the same type in place of the expression.
 */
final class Node {
    /** Text that is another one in the twin, where scopes are told by hand how they are left. */
    record Twofold(String woven, String twin) {}

    private enum Kind {
        EXPRESSION,
        STATEMENT,
        /** Statements only; written with braces where it stands in a statement. */
        BLOCK,
        /** Stays. */
        FIXED
    }

    private final Kind kind;
    private final Type type;
    private final List<Object> parts;
    private Object shown = this;

    private Node(Kind kind, Type type, List<Object> parts) {
        this.kind = kind;
        this.type = type;
        this.parts = parts;
    }

    static Node expression(Type type, Object... parts) {
        return new Node(Kind.EXPRESSION, type, List.of(parts));
    }

    static Node statement(Object... parts) {
        return new Node(Kind.STATEMENT, null, List.of(parts));
    }

    static Node fixed(Object... parts) {
        return new Node(Kind.FIXED, null, List.of(parts));
    }

    static Node block(List<Node> statements) {
        return new Node(Kind.BLOCK, null, List.copyOf(statements));
    }

    /** What the shrinker may try here, the largest cuts first. An edit is undone by {@code show(before)}. */
    List<Object> alternatives() {
        List<Object> alternatives = new ArrayList<>();
        if (shown != this) {
            return alternatives;
        }
        if (kind == Kind.STATEMENT) {
            alternatives.add("");
            collect(Kind.BLOCK, null, alternatives);
        } else if (kind == Kind.EXPRESSION && !render().equals(type.simplest)) {
            alternatives.add(type.simplest);
            collect(Kind.EXPRESSION, type, alternatives);
        }
        return alternatives;
    }

    private void collect(Kind wanted, Type wantedType, List<Object> into) {
        for (Object part : parts) {
            if (part instanceof Node node) {
                if (node.kind == wanted && node.type == wantedType) {
                    into.add(node);
                } else {
                    node.collect(wanted, wantedType, into);
                }
            }
        }
    }

    Object shown() {
        return shown;
    }

    void show(Object other) {
        shown = other;
    }

    boolean isBlock() {
        return kind == Kind.BLOCK;
    }

    List<Node> statements() {
        return parts.stream().map(Node.class::cast).toList();
    }

    /** This piece and all shown in it, outermost first. */
    List<Node> visible() {
        List<Node> visible = new ArrayList<>();
        addVisible(visible);
        return visible;
    }

    private void addVisible(List<Node> visible) {
        if (shown != this) {
            if (shown instanceof Node other) {
                other.addVisible(visible);
            }
            return;
        }
        visible.add(this);
        for (Object part : parts) {
            if (part instanceof Node node) {
                node.addVisible(visible);
            }
        }
    }

    String render() {
        return render(false);
    }

    String renderTwin() {
        return render(true);
    }

    private String render(boolean twin) {
        StringBuilder text = new StringBuilder();
        render(twin, text);
        return text.toString();
    }

    private void render(boolean twin, StringBuilder text) {
        if (shown instanceof String other) {
            text.append(other);
        } else if (shown != this) {
            ((Node) shown).render(twin, text);
        } else if (kind == Kind.BLOCK) {
            text.append("{\n");
            for (Object part : parts) {
                int before = text.length();
                ((Node) part).render(twin, text);
                if (text.length() > before) {
                    text.append('\n');
                }
            }
            text.append('}');
        } else {
            for (Object part : parts) {
                if (part instanceof Node node) {
                    node.render(twin, text);
                } else if (part instanceof Twofold twofold) {
                    text.append(twin ? twofold.twin() : twofold.woven());
                } else {
                    text.append(part);
                }
            }
        }
    }
}

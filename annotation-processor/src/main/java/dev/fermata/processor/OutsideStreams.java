package dev.fermata.processor;

import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/**
 * The streams of sockets, processes and the console, and what wraps them, as far as one method shows where a stream comes
 * from. Other streams, such as those of an array, do not block.
 */
final class OutsideStreams {
    private static final Set<String> OF_SOCKET = Set.of("getInputStream", "getOutputStream");
    private static final Set<String> OF_PROCESS =
            Set.of("getInputStream", "getOutputStream", "getErrorStream", "inputReader", "errorReader", "outputWriter");
    private static final List<String> STREAMS = List.of(
            "java.io.InputStream", "java.io.OutputStream", "java.io.Reader", "java.io.Writer", "java.util.Scanner");
    private static final Pattern USES =
            Pattern.compile("(read|write|print|next|hasNext).*|transferTo|skip|skipNBytes|append|newLine|flush");

    private final SourceModel model;

    /** The variables that an await has completed: a process that has ended keeps nobody waiting. */
    private final Set<Element> settled;

    private final Set<Element> variables = new HashSet<>();

    OutsideStreams(SourceModel model, Set<Element> settled) {
        this.model = model;
        this.settled = settled;
    }

    void add(Element variable) {
        variables.add(variable);
    }

    /** Whether to call {@code called} on {@code receiver} is to read from outside, or to write to it. */
    boolean isUse(ExecutableElement called, TreePath receiver) {
        return USES.matcher(called.getSimpleName()).matches() && isStream(receiver) && isOutside(receiver);
    }

    boolean isOutside(TreePath stream) {
        Tree tree = stream.getLeaf();
        if (tree instanceof ParenthesizedTree inner) {
            return isOutside(new TreePath(stream, inner.getExpression()));
        }
        if (tree instanceof NewClassTree wrapper) {
            return isStream(stream)
                    && wrapper.getArguments().stream().anyMatch(it -> isOutside(new TreePath(stream, it)));
        }
        if (tree instanceof MethodInvocationTree call) {
            return isSource(model.methodOf(stream))
                    && call.getMethodSelect() instanceof MemberSelectTree select
                    && BlockingCalls.variablesIn(
                                    model, new TreePath(new TreePath(stream, select), select.getExpression()))
                            .stream()
                            .noneMatch(settled::contains);
        }
        Element element = model.trees().getElement(stream);
        return element != null && (variables.contains(element) || isConsole(element));
    }

    private boolean isSource(@Nullable ExecutableElement method) {
        return method != null
                && ((OF_SOCKET.contains(method.getSimpleName().toString()) && isIn(method, "java.net.Socket"))
                        || (OF_PROCESS.contains(method.getSimpleName().toString())
                                && isIn(method, "java.lang.Process")));
    }

    private boolean isIn(ExecutableElement method, String owner) {
        return model.isDeclaredIn(method, owner);
    }

    private static boolean isConsole(Element element) {
        return element.getSimpleName().contentEquals("in") && SourceModel.isFieldOf(element, "java.lang.System");
    }

    private boolean isStream(TreePath expression) {
        return STREAMS.stream().anyMatch(it -> model.isSubtype(model.typeOf(expression), it));
    }
}

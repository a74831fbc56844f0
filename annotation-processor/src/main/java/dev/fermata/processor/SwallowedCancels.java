package dev.fermata.processor;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.TryTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.List;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/** Handlers around an await that catch a cancel without meaning it. */
final class SwallowedCancels extends AsyncCode {
    private static final List<String> TOO_WIDE = List.of("java.lang.Throwable", "java.lang.Error");

    private final Handlers handlers;
    private final Report report;

    SwallowedCancels(SourceModel model, Report report) {
        super(model);
        this.handlers = new Handlers(model);
        this.report = report;
    }

    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
        if (!tree.getCatches().isEmpty() && (closesByAwait(tree) || awaitsIn(tree))) {
            TreePath caught = catchOfCancels(tree);
            if (caught != null) {
                TreePath handler = caught;
                while (!(handler.getLeaf() instanceof CatchTree)) {
                    handler = handler.getParentPath();
                }
                if (!handlers.alwaysThrows(handler) && !handlers.handsOver(handler)) {
                    report.warn(Rule.CANCEL_SWALLOWED, caught, "");
                }
            }
        }
        return super.visitTry(tree, null);
    }

    private boolean awaitsIn(TryTree tree) {
        return awaitsIn(model, pathTo(tree.getBlock()))
                || tree.getResources().stream().anyMatch(it -> awaitsIn(model, pathTo(it)));
    }

    /** The Throwable or Error of the first handler that a CancelledError reaches; null if that one means cancels. */
    private @Nullable TreePath catchOfCancels(TryTree tree) {
        for (CatchTree handler : tree.getCatches()) {
            for (TreePath caught : handlers.caughtBy(pathTo(handler))) {
                TypeMirror type = model.typeOf(caught);
                if (model.isSubtype(type, SourceModel.CANCELLED)) {
                    return null;
                }
                if (type != null && TOO_WIDE.contains(type.toString())) {
                    return caught;
                }
            }
        }
        return null;
    }
}

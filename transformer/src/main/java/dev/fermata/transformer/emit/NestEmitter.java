package dev.fermata.transformer.emit;

import dev.fermata.abi.Abi;
import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.model.WovenMark;
import dev.fermata.transformer.plan.ClassPlan;
import dev.fermata.transformer.plan.SpillPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;

/** From the plans of a nest's classes to class files. The classes themselves are changed on the way. */
public final class NestEmitter {
    private NestEmitter() {}

    public static EmittedNest emit(List<ClassPlan> plans, Hierarchy hierarchy) {
        List<EmittedNest.Host> hosts =
                plans.stream().map(it -> replaceMethods(it, hierarchy)).toList();
        Set<ClassNode> changed = new LinkedHashSet<>();
        for (ClassPlan plan : plans) {
            // A host without async methods is changed too, by the names of the frame classes.
            changed.addAll(List.of(plan.host(), plan.nestHost()));
        }
        for (ClassNode each : changed) {
            addNestMembers(each, hosts);
            if (!WovenMark.isOn(each)) {
                mark(each);
            }
        }
        return new EmittedNest(changed.stream().map(it -> write(it, hosts)).toList(), hosts);
    }

    private static EmittedNest.Host replaceMethods(ClassPlan plan, Hierarchy hierarchy) {
        SerialVersion.keep(plan.host(), hierarchy);
        List<EmittedMethod> methods = plan.methods().stream()
                .map(it -> replaceMethod(it, plan.nestHost().name))
                .toList();
        return new EmittedNest.Host(plan, methods);
    }

    /** Puts the cold call or the starter in the method's place and the bodies beside it. */
    private static EmittedMethod replaceMethod(SpillPlan plan, String nestHost) {
        EmittedMethod emitted = EmittedMethod.of(plan, nestHost);
        plan.async().host().methods.addAll(emitted.bodies().all());
        ColdCall.replace(plan);
        return emitted;
    }

    private static void addNestMembers(ClassNode nestHost, Collection<EmittedNest.Host> hosts) {
        Set<String> added = new TreeSet<>();
        for (EmittedNest.Host host : hosts) {
            if (host.plan().nestHost() == nestHost) {
                host.methods().stream()
                        .filter(it -> it.plan().async().inNest())
                        .forEach(it -> added.add(it.frame().name()));
            }
        }
        if (!added.isEmpty()) {
            nestHost.nestMembers = nestHost.nestMembers == null ? new ArrayList<>() : nestHost.nestMembers;
            added.removeAll(Set.copyOf(nestHost.nestMembers));
            nestHost.nestMembers.addAll(added);
        }
    }

    private static void mark(ClassNode node) {
        AnnotationNode mark = new AnnotationNode(Names.WOVEN);
        mark.values = new ArrayList<>(List.of("abi", Abi.VERSION, "version", FermataVersion.STRING));
        node.invisibleAnnotations = node.invisibleAnnotations == null ? new ArrayList<>() : node.invisibleAnnotations;
        node.invisibleAnnotations.add(mark);
    }

    private static EmittedClass write(ClassNode node, Collection<EmittedNest.Host> hosts) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        // Where a jump is longer than 32 kB ASM computes stack map frames, for the whole class. It limits the effort
        // because class files may come from strangers; these are the user's own.
        writer.setComputeLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
        node.accept(writer);
        Set<String> written = hosts.stream()
                .filter(it -> it.plan().host() == node)
                .flatMap(it -> it.methods().stream())
                .flatMap(it -> it.written().stream())
                .collect(Collectors.toSet());
        return new EmittedClass(node.name, writer.toByteArray(), written::contains);
    }
}

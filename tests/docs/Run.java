// Compiles and runs the Java calls of the documentation page, one after the other, each with a
// class loader of its own, since all of them are called the same.
//
// The argument is a folder of folders, which are named after the payment methods. What each program
// printed goes into a file beside it.

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

class Run {
    public static void main(String[] arguments) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var folders = Files.list(Path.of(arguments[0]))) {
            for (var folder : folders.sorted().toList()) {
                var file = folder.resolve("Call.java").toString();
                var status = compiler.run(null, null, null, "-encoding", "UTF-8", file);
                if (status != 0) {
                    throw new IllegalStateException(file + " is not compiled");
                }
                Files.write(folder.resolve("printed"), run(folder));
            }
        }
    }

    static byte[] run(Path folder) throws Exception {
        var printed = new ByteArrayOutputStream();
        var stdout = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            var main = loader.loadClass("Call").getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(stdout);
        }
        return printed.toByteArray();
    }
}

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Exit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Prepares the configuration, formats the storage and runs the broker in one
 * process. The official image does the same in two: the second start of a JVM is
 * what this saves. The reading of the environment is Kafka's own
 * (kafka.docker.KafkaDockerWrapper), so that both images take the same variables.
 */
public final class Start {
    private static final String CONFIG = "/opt/kafka/config";

    /** Stands for the process's end that the wrapper's `setup` asks for. */
    private static final class Ended extends RuntimeException {
        final int status;

        Ended(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }

    public static void main(String[] args) {
        // Opens the log on the real standard output, before setup() puts another in its place.
        LogManager.getLogger(Start.class);
        String said = setup();
        if (said != null) {
            System.err.print(said);
            System.exit(1);
        }
        // It was opened with the defaults, before the environment's were written.
        if (System.getenv("KAFKA_LOG4J_ROOT_LOGLEVEL") != null || System.getenv("KAFKA_LOG4J_LOGGERS") != null
                || new java.io.File("/mnt/shared/config/log4j2.yaml").exists()) {
            Configurator.reconfigure();
        }
        kafka.Kafka.main(new String[] {CONFIG + "/server.properties"});
    }

    /** Returns what was printed if it failed, else null. Storage that is formatted already is kept. */
    private static String setup() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Exit.setExitProcedure((status, message) -> {
            throw new Ended(status, message);
        });
        int status = 0;
        try {
            System.setOut(capture);
            System.setErr(capture);
            kafka.docker.KafkaDockerWrapper.main(new String[] {
                "setup", "--default-configs-dir", "/etc/kafka/docker",
                "--mounted-configs-dir", "/mnt/shared/config", "--final-configs-dir", CONFIG});
        } catch (Ended e) {
            status = e.status;
        } finally {
            System.setOut(out);
            System.setErr(err);
            // A procedure that was once reset would refuse to end the process.
            Exit.setExitProcedure((code, message) -> Runtime.getRuntime().exit(code));
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        return status == 0 || text.contains("already formatted") ? null : text;
    }
}

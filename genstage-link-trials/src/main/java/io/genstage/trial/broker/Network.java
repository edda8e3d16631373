package io.genstage.trial.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.genstage.trial.process.FreePort;

/**
 * Passes connections on to a port of this machine, unless it is cut: then those that are
 * open are closed, and new ones are refused. While it is held, connections stay, and what
 * the port answers doesn't get through.
 */
public final class Network {

	private static final int BYTES = 8192;

	private final int port;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Guarded by the lock. */
	private boolean held;

	private ServerSocket server;

	Network(int target) {
		this.target = target;
		this.server = listen(FreePort.find());
		this.port = this.server.getLocalPort();
	}

	private ServerSocket listen(int onPort) {
		try {
			ServerSocket socket = new ServerSocket();
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort));
			start("network", () -> accept(socket));
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	private static void start(String name, Runnable task) {
		Thread thread = new Thread(task, "junit-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	private void accept(ServerSocket from) {
		while (!from.isClosed()) {
			try {
				Socket client = from.accept();
				this.sockets.add(client);
				Socket broker = new Socket(InetAddress.getLoopbackAddress(), this.target);
				this.sockets.add(broker);
				start("network-out", () -> pass(client, broker, () -> {
				}));
				start("network-in", () -> pass(broker, client, this::awaitRelease));
				if (from.isClosed()) {
					closeAll();
				}
			}
			catch (IOException ex) {
				// It was cut, or the broker is away: either way there is no connection.
				closeAllIf(from.isClosed());
			}
		}
	}

	private void closeAllIf(boolean cut) {
		if (cut) {
			closeAll();
		}
	}

	private void pass(Socket from, Socket to, Runnable gate) {
		byte[] bytes = new byte[BYTES];
		try (from; to; InputStream input = from.getInputStream(); OutputStream output = to.getOutputStream()) {
			for (int read = input.read(bytes); read >= 0; read = input.read(bytes)) {
				gate.run();
				output.write(bytes, 0, read);
			}
		}
		catch (IOException ex) {
			// One side has closed it, so that the other is closed, too.
		}
		finally {
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private void awaitRelease() {
		this.lock.lock();
		try {
			while (this.held) {
				this.changed.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void hold(boolean hold) {
		this.lock.lock();
		try {
			this.held = hold;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Holds what the port answers back until it is released. */
	public void hold() {
		hold(true);
	}

	/** Passes on what was held back, and all that comes later. */
	public void release() {
		hold(false);
	}

	private void closeAll() {
		this.sockets.forEach(Network::close);
		this.sockets.clear();
	}

	private static void close(AutoCloseable resource) {
		try {
			resource.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Cuts it. */
	public void cut() {
		close(this.server);
		closeAll();
	}

	/** Mends it. */
	public void mend() {
		if (this.server.isClosed()) {
			this.server = listen(this.port);
		}
	}

}
